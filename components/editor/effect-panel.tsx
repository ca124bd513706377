'use client'
import type { FieldCause } from '@/lib/contract/app-error'
import type { EditReply } from '@/lib/contract/edit'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import type { Problem } from '@/lib/mesh/problem'
import { draftText } from '@/lib/mesh/edit/draft-text'
import { Glyph, glyphOfSeverity } from '../ui/glyph'
import { Section } from '../ui/panel'
import { DiffStat, DiffView } from './diff-view'
import type { EditedObject } from './use-editing'
import type { Verdict } from './use-verdict'

/** What the drafts change: errors at their fields, findings gained and solved, the server's dry-run, the exact diff. */
export function EffectPanel({ changed, verdict, refused }: { readonly changed: readonly EditedObject[]; readonly verdict: Verdict; readonly refused: string | null }) {
  const { preview } = verdict
  return (
    <section className={`editor-effect ${verdict.outdated ? 'outdated' : ''}`} aria-label="Effect" aria-busy={verdict.outdated}>
      <div className="editor-head"><span>Effect of {changed.length === 0 ? 'no edits' : `edits to ${changed.length} ${changed.length === 1 ? 'object' : 'objects'}`}</span>{changed.length === 0 ? null : <span>draft <span className="m">{verdict.hash}</span></span>}</div>
      {refused === null ? null : <p className="state" role="alert">{refused}</p>}
      {changed.length === 0 ? <p className="state">Nothing is edited. Choose a rule at the left; what it would change shows here before anything is saved.</p> : null}
      <Errors changed={changed} verdict={verdict} />
      {preview && (preview.gained.length > 0 || preview.solved.length > 0) ? (
        <Section title="Findings" aside={<span className="m">+{preview.gained.length} −{preview.solved.length}</span>}>
          {preview.solved.map((problem, index) => <Finding key={`s${index}`} problem={problem} solved />)}
          {preview.gained.map((problem, index) => <Finding key={`g${index}`} problem={problem} solved={false} />)}
        </Section>
      ) : null}
      {changed.length === 0 ? null : (
        <Section title="Server" aside="dry-run">
          {verdict.dryRunError === null ? null : <Line shape="bad" words={verdict.dryRunError} />}
          {[...verdict.dryRuns].map(([key, reply]) => <DryRun key={key} objectKey={key} reply={reply} alone={changed.length === 1} />)}
        </Section>
      )}
      {changed.map(({ draft }) => (
        <Section key={draft.key} title={<>Diff of <span className="m">{draft.key}</span></>} aside={<DiffStat before={draft.resourceVersion === null ? '' : draftText(draft.base)} after={draft.text} />}>
          <DiffView before={draft.resourceVersion === null ? '' : draftText(draft.base)} after={draft.text} label={`Diff of ${draft.key}`} />
          <p className="small label editor-guard">{draft.resourceVersion === null ? <>Creates <span className="m">{draft.key}</span></> : <>One PATCH of <span className="m">{draft.key}</span>, guarded by version <span className="m">{draft.resourceVersion}</span></>}</p>
        </Section>
      ))}
    </section>
  )
}

function Errors({ changed, verdict }: { readonly changed: readonly EditedObject[]; readonly verdict: Verdict }) {
  const unreadable = changed.flatMap(({ draft, reading }) => (reading.ok ? [] : reading.issues.map((issue) => ({ field: `${draft.key} line ${issue.line}`, message: issue.message }))))
  const found = (verdict.preview?.issues ?? []).flatMap((issue) => issue.errors)
  const all: readonly Pick<FieldCause, 'field' | 'message'>[] = [...unreadable, ...found]
  const warnings = (verdict.preview?.issues ?? []).flatMap((issue) => issue.warnings)
  if (all.length === 0 && warnings.length === 0 && verdict.previewError === null) return null
  return (
    <Section title={all.length === 0 && verdict.previewError === null ? 'Warnings' : 'Errors'} aside={<span className="m">{all.length === 0 ? warnings.length : all.length}</span>}>
      {verdict.previewError === null ? null : <Line shape="unknown" words={verdict.previewError} />}
      {all.map((cause, index) => <Line key={index} shape="bad" words={cause.message} field={cause.field} />)}
      {warnings.map((cause, index) => <Line key={`warning ${index}`} shape="warn" words={cause.message} field={cause.field} />)}
    </Section>
  )
}

function DryRun({ objectKey, reply, alone }: { readonly objectKey: string; readonly reply: EditReply; readonly alone: boolean }) {
  const name = alone ? null : objectKey
  if (reply.kind === 'accepted') {
    return (
      <>
        <Line shape="ok" words={`accepted by the API server and its webhooks, ${Math.round(reply.millis)} ms`} {...(name === null ? {} : { field: name })} />
        {reply.warnings.map((warning) => <Line key={warning} shape="warn" words={warning} />)}
      </>
    )
  }
  if (reply.kind === 'conflict') return <Line shape="warn" words="Somebody changed it since it was read." field={objectKey} />
  return (
    <>
      {reply.causes.length === 0 ? <Line shape="bad" words={reply.message} field={reply.by === 'webhook' ? 'istiod’s webhook' : objectKey} /> : null}
      {reply.causes.map((cause, index) => <Line key={index} shape="bad" words={cause.message} field={cause.field} />)}
    </>
  )
}

function Finding({ problem, solved }: { readonly problem: Problem; readonly solved: boolean }) {
  return (
    <div className="editor-finding">
      <Glyph shape={solved ? 'ok' : glyphOfSeverity(problem.severity)} label={solved ? 'solved' : problem.severity} />
      <span className="m label">{problem.code}</span>
      <span>{solved ? 'solved: ' : ''}{problemText(problem)}</span>
    </div>
  )
}

function Line({ shape, words, field }: { readonly shape: 'ok' | 'warn' | 'bad' | 'unknown'; readonly words: string; readonly field?: string }) {
  return (
    <div className="editor-finding line">
      <Glyph shape={shape} />
      <span>{field === undefined || field === '' ? null : <><span className="m">{field}</span> </>}{words}</span>
    </div>
  )
}
