import { screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { settled } from "../memory.ts";
import { idOf } from "../world/views.ts";
import { show, user } from "./shown.ts";

describe("the log", () => {
  test("shows levels and tunnels that are wanted", async () => {
    await show("#/log");
    const log = screen.getByRole("log");
    const levels = () => new Set([...log.querySelectorAll(".level")].map((level) => level.textContent));
    expect(levels()).toEqual(new Set(["Info", "Warning", "Error"]));
    await user.click(screen.getByRole("radio", { name: "Error" }));
    await settled();
    expect(levels()).toEqual(new Set(["Error"]));
    await user.selectOptions(screen.getByRole("combobox", { name: "Tunnel" }), "Old VPS");
    await settled();
    expect(log).toHaveTextContent("Could not be brought up");
    expect(log).not.toHaveTextContent("Travel");
  });
});

describe("the keyboard", () => {
  test("reaches every page", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    await user.keyboard("{F1}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Keyboard shortcuts");
    await user.keyboard("{Control>},{/Control}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Settings");
    await user.keyboard("{Control>}n{/Control}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("New tunnel");
    await user.keyboard("{Escape}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Add a tunnel");
  });
});
