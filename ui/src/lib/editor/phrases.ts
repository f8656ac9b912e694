// The words that the editor's library shows, in the language of the window.
import { say } from "../words/catalogue.svelte.ts";

/** By the English of the library. */
export function phrases(): Record<string, string> {
  return {
    Find: say("ui-find"),
    Replace: say("ui-find-replace-with"),
    next: say("ui-find-next"),
    previous: say("ui-find-previous"),
    "match case": say("ui-find-case"),
    "by word": say("ui-find-word"),
    regexp: say("ui-find-pattern"),
    replace: say("ui-find-replace"),
    "replace all": say("ui-find-replace-all"),
    close: say("ui-find-close"),
    "current match": say("ui-find-current"),
    "replaced match on line $": say("ui-find-replaced"),
    "replaced $ matches": say("ui-find-replaced-all"),
    "on line": say("ui-find-on-line"),
    Completions: say("ui-completions"),
  };
}
