/** The layers of ARCHITECTURE.md as an allow-list; what is not allowed here is forbidden. */
const npm = '(^|/)node_modules/'
const allowed = (from, to) => ({ from: { path: from }, to: { path: to } })

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'mesh-npm-list', severity: 'error', comment: 'the core takes only re2js, yaml and cel from npm',
      from: { path: '^lib/mesh/', pathNot: '\\.test\\.ts$' }, to: { path: npm, pathNot: 'node_modules/(re2js|yaml|@bufbuild/cel)/' },
    },
    {
      name: 'mesh-no-io', severity: 'error', from: { path: '^lib/(mesh|std)/', pathNot: '\\.test\\.ts$' }, to: { dependencyTypes: ['core'] },
    },
    {
      name: 'screens-are-islands', severity: 'error',
      from: { path: '^components/(map|routes|editor|explain|logs|gateway|gateways|object|problems)/' },
      to: { path: '^components/(map|routes|editor|explain|logs|gateway|gateways|object|problems)/', pathNot: '^components/$1/' },
    },
    {
      name: 'browser-never-reaches-server', severity: 'error',
      from: { path: '^(components|lib/client)/', pathNot: '\\.test\\.tsx?$' }, to: { path: '^lib/(server|kube|sandbox|cli)/', reachable: true },
    },
    { name: 'not-in-production', severity: 'error', from: { path: '^(app|components|lib)/', pathNot: '\\.test\\.tsx?$' }, to: { path: '^(e2e|bench|conformance)/' } },
  ],
  allowed: [
    allowed('^lib/std/', `(^lib/std/)`),
    allowed('^lib/mesh/', `(^lib/(std|mesh)/|${npm})`),
    allowed('^lib/contract/', `(^lib/(std|mesh|contract)/|${npm})`),
    allowed('^lib/kube/', `(^lib/(std|mesh|contract|kube)/|${npm})`),
    allowed('^lib/server/', `(^lib/(std|mesh|contract|kube|server)/|${npm})`),
    allowed('^lib/cli/', `(^lib/(std|mesh|contract|kube|cli)/|${npm})`),
    allowed('^lib/client/', `(^lib/(std|mesh|contract|client)/|${npm})`),
    allowed('^lib/sandbox/', `(^lib/(std|mesh|contract|sandbox)/|${npm})`),
    allowed('^components/', `(^lib/(std|mesh|contract|client)/|^components/|${npm})`),
    allowed('^app/', `(^lib/(std|mesh|contract|client|server)/|^components/|^app/|${npm})`),
    allowed('^(e2e|bench|conformance|bin)/', '.*'),
    { from: { path: '\\.test\\.tsx?$' }, to: { path: '.*' } },
    { from: {}, to: { dependencyTypes: ['core'] } },
    { from: {}, to: { path: npm } },
    { from: { path: '^(vitest|playwright|next)\\.' }, to: {} },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|\\.sandbox|\\.real)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'] },
  },
}
