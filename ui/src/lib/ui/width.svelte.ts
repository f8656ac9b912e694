// True if the window is so narrow that list and detail are separate pages.
const query = globalThis.matchMedia?.("(max-width: 719px)");
let narrow = $state.raw(query?.matches ?? false);
query?.addEventListener("change", (event) => (narrow = event.matches));

/** Below 720 px. */
export function isNarrow(): boolean {
  return narrow;
}
