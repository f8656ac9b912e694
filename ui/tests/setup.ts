import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";

// Replacements for parts that jsdom lacks. The graph needs a canvas, so the browser tests cover it.
vi.mock("uplot", () => ({ default: class { static paths = {}; setData() {} setSize() {} redraw() {} destroy() {} } }));
globalThis.matchMedia ??= (media: string) => ({ media, matches: false, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} } as unknown as typeof ResizeObserver;
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
Element.prototype.scrollTo ??= () => {};
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) { this.open = true; };
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) { this.open = false; };

afterEach(() => {
  cleanup();
  location.hash = "";
});
