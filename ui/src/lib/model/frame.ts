// Pictures of a camera as the program around the page reads them: the brightness of each pixel.

/** Longest side of a picture, pixels: enough for a dense code that fills half of it. */
const LONGEST = 1280;

/** A picture: one byte for each pixel, row by row from the top, as base64. */
export interface Frame {
  width: number;
  height: number;
  luma: string;
}

/** The size in which a picture is read, with its proportions. */
export function sizeOf(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The brightness of red, green, blue and alpha, four bytes for each pixel (ITU-R BT.601). */
export function lumaOf(pixels: Uint8ClampedArray): Uint8Array {
  const luma = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < luma.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = [pixels[at * 4], pixels[at * 4 + 1], pixels[at * 4 + 2]];
    luma[at] = (red * 299 + green * 587 + blue * 114) / 1000;
  }
  return luma;
}

/** What a video shows now; null while it shows nothing. */
export function frameOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): Frame | null {
  const { width, height } = sizeOf(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (width === 0 || height === 0 || context === null) return null;
  [canvas.width, canvas.height] = [width, height];
  context.drawImage(video, 0, 0, width, height);
  return { width, height, luma: base64(lumaOf(context.getImageData(0, 0, width, height).data)) };
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
