'use client'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useNonce } from '../shell/nonce'

/** A complaint about a line (from 1). */
export interface YamlIssue {
  readonly line: number
  readonly message: string
}

/** A YAML editor over the draft's text; what is typed is given on at once, what changes elsewhere comes in. Tab leaves it (Escape, then Tab indents no more). */
export default function YamlEditor({ label, text, issues, onChange }: { readonly label: string; readonly text: string; readonly issues: readonly YamlIssue[]; readonly onChange: (text: string) => void }) {
  const nonce = useNonce()
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const change = useRef(onChange)
  const latest = useRef(text)
  useEffect(() => {
    change.current = onChange
    latest.current = text
  })

  useEffect(() => {
    if (!place.current) return undefined
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current,
        extensions: [
          lineNumbers(), history(), lintGutter(), yaml(), syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          keymap.of([...defaultKeymap.filter((binding) => binding.key !== 'Mod-s'), ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => { if (update.docChanged) change.current(update.state.doc.toString()) }),
          ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
        ],
      }),
    })
    view.current = made
    return () => {
      view.current = null
      made.destroy()
    }
  }, [nonce, label])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const diagnostics = issues.map((issue): Diagnostic => {
      const line = editor.state.doc.line(Math.max(1, Math.min(issue.line, editor.state.doc.lines)))
      return { from: line.from, to: line.to, severity: 'error', message: issue.message }
    })
    editor.dispatch(setDiagnostics(editor.state, diagnostics))
  }, [issues, text])

  return <div ref={place} className="editor-code" data-text={text.length} />
}
