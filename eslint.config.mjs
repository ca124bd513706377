import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'

const pure = [
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'lib/mesh is deterministic: pass randomness in.' },
  { selector: "CallExpression[callee.property.name='localeCompare']", message: 'Order bytes as Go does: std/compare-bytes.' },
  { selector: "NewExpression[callee.name='RegExp']", message: 'RE2 only: lib/mesh/re2.' },
  { selector: "CallExpression[callee.name='RegExp']", message: 'RE2 only: lib/mesh/re2.' },
  { selector: "ForInStatement", message: 'No order from object iteration: use sorted keys (std/sorted-entries).' },
]

export default tseslint.config(
  { ignores: ['node_modules/**', '.next/**', '.sandbox/**', '.real/**', '.cache/**', 'next-env.d.ts'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    plugins: { 'react-hooks': reactHooks },
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'No enums: use a union.' }],
    },
  },
  {
    files: ['lib/mesh/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'fetch', 'process', 'window', 'document', 'performance', 'setTimeout', 'setInterval', 'crypto', 'RegExp'],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'No enums: use a union.' }, ...pure],
    },
  },
  { files: ['**/*.test.{ts,tsx}', 'e2e/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['bin/**', 'bench/**', 'conformance/**', 'e2e/**', 'lib/cli/**', 'lib/sandbox/main.ts'], rules: { 'no-console': 'off' } },
)
