import { expect, test } from "vitest";
import { repairLanguage } from "../src/lib/words/locale.ts";

test("a language that numbers cannot be written in becomes English, and others stay", () => {
  for (const [reported, used] of [["C", "en"], ["", "en"], ["de-CH", "de-CH"], ["ar", "ar"]]) {
    const navigator = { language: reported! };
    repairLanguage(navigator);
    expect(navigator.language).toBe(used);
    expect(() => new Intl.NumberFormat(navigator.language)).not.toThrow();
  }
});
