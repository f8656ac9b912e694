// Prints results as Rust's test programs do, which `cargo xtask test` reads (xtask/src/summary.rs).
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class LibtestReporter implements Reporter {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #outputs: [name: string, output: string][] = [];

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state === "pending") return;
    this.#counts[state] += 1;
    const name = `${test.module.relativeModuleId}: ${test.fullName}`;
    if (test.diagnostic()?.flaky) {
      console.log(`test ${name} ... FLAKY`);
      this.#outputs.push([name, textOf(errors)]);
      return;
    }
    const ms = Math.round(test.diagnostic()?.duration ?? 0);
    console.log(state === "failed" ? `test ${name} ... FAILED` : state === "skipped" ? `test ${name} ... ignored` : `test ${name} ... ok (${ms} ms)`);
    if (state === "failed") this.#outputs.push([name, textOf(errors)]);
  }

  onUserConsoleLog({ content }: { content: string }): void {
    console.log(content.trimEnd());
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const outside: [string, readonly SerializedError[]][] = [
      ...modules.map((module): [string, readonly SerializedError[]] => [module.relativeModuleId, module.errors()]),
      ["outside of any test", unhandled],
    ];
    for (const [name, errors] of outside) {
      if (errors.length === 0) continue;
      console.log(`test ${name} ... FAILED`);
      this.#counts.failed += 1;
      this.#outputs.push([name, textOf(errors)]);
    }
    const { passed, failed, skipped } = this.#counts;
    if (failed > 0) console.log("\nfailures:\n");
    for (const [name, output] of this.#outputs) console.log(`---- ${name} stdout ----\n${output}\n`);
    if (failed > 0) console.log("failures:");
    console.log(`\ntest result: ${failed > 0 ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; ${skipped} ignored`);
  }
}

function textOf(errors: readonly SerializedError[] = []): string {
  return errors.map((error) => [error.stack ?? error.message, error.diff].filter(Boolean).join("\n")).join("\n");
}
