import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";

// What jsdom does not have. The graph needs a canvas: the tests of the built page look at it.
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
