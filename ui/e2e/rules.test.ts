// The page of on-demand rules in a real browser: by the keyboard, by the mouse, and in each theme (`scenes.test.ts` has every view).
import { expect, test } from "vitest";
import { CAFE, USUAL } from "../tests/world/rules.ts";
import { open, settle } from "./browser.ts";
import { browser, server, setUp } from "./setup.ts";

setUp();

async function rules() {
  server.world.rules.store(USUAL);
  const opened = await open(browser, `${server.url}#/rules`);
  await settle(opened.page);
  const names = () => opened.page.locator("ol .card.rule b").allTextContents();
  return { ...opened, names };
}

test("a rule is edited by the keyboard alone, from the list to the saved rules", async () => {
  const { page, wrong, names } = await rules();
  await page.getByRole("button", { name: /^Edit rule .?2/ }).focus();
  await page.keyboard.press("Enter");
  // The name has the focus.
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Without a password");
  await page.keyboard.press("Enter");
  await expect.poll(names).toContain("Without a password");
  await page.getByRole("button", { name: "Save the rules" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("The rules are saved.").waitFor();
  expect(server.world.rules.view().rules.rules[1]?.form?.name).toBe("Without a password");
  expect(wrong).toEqual([]);
});

test("Escape leaves a form and changes nothing", async () => {
  const { page, wrong, names } = await rules();
  await page.getByRole("button", { name: /^Edit rule .?1/ }).click();
  await page.keyboard.type("x");
  await page.keyboard.press("Escape");
  await page.getByRole("form").waitFor({ state: "detached" });
  expect((await names())[0]).toBe("At home");
  expect(await page.evaluate(() => location.hash)).toBe("#/rules");
  expect(wrong).toEqual([]);
});

test("a rule is dragged to another place", async () => {
  const { page, wrong, names } = await rules();
  await page.locator("ol .number").first().dragTo(page.locator("ol .card.rule").nth(2));
  await expect.poll(async () => (await names())[2]).toBe("At home");
  expect(wrong).toEqual([]);
});

test("another network is followed while the page is open", async () => {
  const { page, wrong } = await rules();
  await page.locator(".network strong", { hasText: "Home" }).waitFor();
  server.world.rules.networks = CAFE;
  server.world.tell({ kind: "rules_changed", revision: 1 });
  await page.locator(".network strong", { hasText: "Café Central" }).waitFor();
  await page.getByRole("button", { name: "Trust this network" }).waitFor();
  expect(wrong).toEqual([]);
});

test("errors of the text are underlined, and keep it from being saved", async () => {
  const { page, wrong } = await rules();
  await page.getByRole("radio", { name: "Text" }).click({ force: true });
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("nonsense");
  await page.locator(".cm-lintRange-error").waitFor();
  expect(await page.getByRole("button", { name: "Save the rules" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Discard changes" }).click();
  await page.locator(".cm-lintRange-error").waitFor({ state: "detached" });
  expect(wrong).toEqual([]);
});
