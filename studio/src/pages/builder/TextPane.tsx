import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type Complete, completionSource } from './completion.ts';
import type { Found } from './document.ts';
import { COLORS } from './editor-colors.ts';

/** Marks what came from outside: it is no typing. */
const fromOutside = Annotation.define<boolean>();

/** Replaces only what differs, so that the cursor stays where it is. */
function replaceText(view: EditorView, text: string): void {
  const now = view.state.doc.toString();
  if (now === text) return;
  let start = 0;
  while (start < now.length && start < text.length && now[start] === text[start]) start += 1;
  let end = 0;
  while (
    end < now.length - start &&
    end < text.length - start &&
    now[now.length - 1 - end] === text[text.length - 1 - end]
  )
    end += 1;
  view.dispatch({
    changes: { from: start, to: now.length - end, insert: text.slice(start, text.length - end) },
    annotations: fromOutside.of(true),
  });
}

/** The definition as YAML: faults at their lines, and completion by what may be written there. */
export default function TextPane({
  text,
  edit,
  undo,
  redo,
  found,
  line,
  isReadOnly,
  complete,
}: {
  text: string;
  edit: (text: string) => void;
  undo: () => void;
  redo: () => void;
  found: readonly Found[] | undefined;
  /** The line to go to; another object goes there again. */
  line: { line: number; focus: boolean } | undefined;
  isReadOnly: boolean;
  complete: Complete;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const now = useRef({ edit, undo, redo, complete });
  now.current = { edit, undo, redo, complete };
  const readOnly = useRef(new Compartment());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is given to it below
  useEffect(() => {
    if (host.current === null) return;
    const step = (what: 'undo' | 'redo') => () => {
      now.current[what]();
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          indentOnInput(),
          highlightSelectionMatches(),
          yaml(),
          COLORS,
          EditorView.lineWrapping,
          autocompletion({ override: [completionSource((ask) => now.current.complete(ask))] }),
          EditorView.contentAttributes.of({
            'aria-label': 'Definition (YAML)',
            'aria-multiline': 'true',
            tabindex: '0',
          }),
          readOnly.current.of(EditorState.readOnly.of(isReadOnly)),
          keymap.of([
            { key: 'Mod-z', run: step('undo'), preventDefault: true },
            { key: 'Mod-y', mac: 'Mod-Shift-z', run: step('redo'), preventDefault: true },
            { key: 'Mod-Shift-z', run: step('redo'), preventDefault: true },
            ...completionKeymap,
            ...searchKeymap,
            ...defaultKeymap,
            // Escape, then Tab, leaves the editor: CodeMirror's own way out.
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            if (update.transactions.some((made) => made.annotation(fromOutside))) return;
            now.current.edit(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.scrollDOM.tabIndex = 0;
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    if (view.current) replaceText(view.current, text);
  }, [text]);
  useEffect(() => {
    view.current?.dispatch({
      effects: readOnly.current.reconfigure(EditorState.readOnly.of(isReadOnly)),
    });
  }, [isReadOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || found === undefined) return;
    const { doc } = editor.state;
    const marks = found.flatMap((fault) => {
      if (fault.line === undefined || fault.line > doc.lines) return [];
      const at = doc.line(fault.line);
      const indent = /^\s*/.exec(at.text)?.[0].length ?? 0;
      return [
        {
          from: Math.min(at.from + indent, at.to),
          to: at.to,
          severity: 'error' as const,
          message: [fault.message, fault.hint].filter(Boolean).join(' '),
        },
      ];
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [found]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || line === undefined || line.line > editor.state.doc.lines) return;
    const { from } = editor.state.doc.line(line.line);
    editor.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    if (line.focus) editor.focus();
  }, [line]);
  return <div className="code-pane" ref={host} data-testid="yaml" />;
}
