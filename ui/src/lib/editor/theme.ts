// How the editor looks. Inside a shadow root, where styles are adopted sheets and no inline style is needed.
import { EditorView } from "@codemirror/view";

const secret = { color: "var(--code-secret)" };

/** The editor in the tokens of the design system. */
export const THEME = EditorView.theme({
  "&": { backgroundColor: "var(--surface-field)", color: "var(--ink)", fontSize: "var(--text)", minBlockSize: "240px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6", minBlockSize: "240px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ink-muted)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--surface-hover) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--surface-card)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--font)",
    fontSize: "var(--text)",
    maxInlineSize: "360px",
  },
  ".cm-help": { padding: "8px 12px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--surface-selected)", color: "var(--ink)" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeftWidth: "4px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--busy)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted var(--busy)", textUnderlineOffset: "3px" },
  ".cm-section": { color: "var(--code-section)", fontWeight: "600" },
  ".cm-key": { color: "var(--code-key)" },
  ".cm-private_key": secret,
  ".cm-preshared_key": secret,
  ".cm-public_key": secret,
  ".cm-address, .cm-host": { color: "var(--code-address)" },
  ".cm-prefix, .cm-port": { color: "var(--code-prefix)" },
  ".cm-keepalive, .cm-mtu, .cm-fw_mark, .cm-table, .cm-boolean": { color: "var(--code-number)" },
  ".cm-comment": { color: "var(--code-comment)", fontStyle: "italic" },
  ".cm-unknown": { color: "var(--bad)" },
  "&.hides .cm-private_key, &.hides .cm-preshared_key": { "-webkit-text-security": "disc" },
});
