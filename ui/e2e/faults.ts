// Faults that a page can be searched for by itself.
import AxeBuilder from "axe-core";
import type { Page } from "playwright-core";

/** Violations of the rules of accessibility, as short lines. */
export async function axe(page: Page): Promise<string[]> {
  // Into the page by the debugger: the policy lets no script in by another way.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AxeBuilder.source);
  return page.evaluate(async () => {
    const options = { resultTypes: ["violations"] };
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
  });
}

/** Boxes that are wider than what holds them. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const boxes = [document.documentElement, ...document.querySelectorAll("main, aside, dialog[open], .card")];
    const isWide = (box: Element) => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > limit + 1;
    return boxes.filter((box) => box.checkVisibility() && isWide(box)).map((box) => `${box.tagName}.${box.className} ${box.scrollWidth} > ${box.clientWidth}`);
  });
}
