// The camera of this computer: its live picture, for as long as somebody looks at it.
import { isInTauri } from "../transport/tauri.ts";
import type { Service } from "./service.svelte.ts";

/** Why there is no picture. */
export type CameraProblem = "none" | "denied" | "failed";

/** The camera cannot be used. */
export class NoCamera extends Error {
  override name = "NoCamera";
  constructor(readonly problem: CameraProblem) {
    super(problem);
  }
}

/** Turns a camera on; null: any, at best one that looks away from the user. Whoever calls this stops the tracks. */
export async function openCamera(service: Service, id: string | null): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw new NoCamera("none");
  // The app asks the user; a browser does so itself.
  if (isInTauri() && !(await service.call("allow_camera", {}))) throw new NoCamera("denied");
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const which = id === null ? { facingMode: "environment" } : { deviceId: { exact: id } };
  try {
    return await mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
  } catch (thrown) {
    throw new NoCamera(problemOf(thrown));
  }
}

/** The cameras that can be chosen: none if there is only one. */
export async function otherCameras(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  return devices.length > 1 ? devices : [];
}

/** Turns a camera off. */
export function closeCamera(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

/** What the browser's exception means. */
export function problemOf(thrown: unknown): CameraProblem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return name === "NotAllowedError" || name === "SecurityError" ? "denied" : "failed";
}
