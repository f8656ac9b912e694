// The language that the web view reports.

/**
 * Replaces a language that `Intl` refuses by English: WebKitGTK reports "C" where the system's locale has no language, and
 * libraries that format numbers (uPlot) fail to load with it.
 */
export function repairLanguage(navigator: { readonly language: string }): void {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en", configurable: true });
  }
}
