// The simulated service (core/simulation): the real manager and the real engine on a computer in memory, served to a browser.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Built by `cargo build --locked -p adit-simulation`; `SIMULATION` names another one. */
const PROGRAM = process.env.SIMULATION ?? join(import.meta.dirname, "../../target/debug/adit-simulation");
const PAGE = join(import.meta.dirname, "../dist");

export type Happening = { what: "servers_fall_silent" } | { what: "servers_answer" } | { what: "network_changes" } | { what: "joins"; network: "home" | "cafe" | "office" };

/** A running simulation, whose tunnels stay when it is started again. */
export class Simulation {
  url = "";
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Simulation> {
    const simulation = new Simulation(await mkdtemp(join(tmpdir(), "adit-simulation-test-")));
    await simulation.run();
    return simulation;
  }

  /** Starts the service, at the same address as before. */
  async run(): Promise<void> {
    const port = this.url ? new URL(this.url).port : "0";
    const folder = ["--state-dir", join(this.#folder, "state"), "--socket", join(this.#folder, "adit.sock")];
    const child = spawn(PROGRAM, [...folder, "--page", PAGE, "--port", port, "--until-eof"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process = child;
    this.url = await new Promise<string>((resolve, reject) => {
      let printed = "";
      child.stdout.on("data", (data: Buffer) => {
        printed += data.toString();
        const url = /^page: (\S+)$/m.exec(printed)?.[1];
        if (url && /^socket: /m.test(printed)) resolve(url);
      });
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`the simulation ended with ${code}: ${printed}`)));
    });
  }

  /** Kills the service, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async happens(happening: Happening): Promise<void> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}simulate`, { method: "POST", headers, body: JSON.stringify(happening) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
