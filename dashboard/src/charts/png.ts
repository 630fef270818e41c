import { save } from "../save.ts";
import type { Drawn } from "./frame.ts";

/** Saves the drawing as a picture of twice its size, on the page's ground. */
export async function savePng({ svg }: Drawn, name: string): Promise<void> {
  const copy = svg.cloneNode(true) as SVGElement;
  // Alone, the picture has no page to take its colours from.
  const text = new XMLSerializer().serializeToString(copy)
    .replaceAll(/var\((--[a-z-]+)\)/g, (_, variable: string) => colourOf(svg, variable));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser draws no pictures");
  context.fillStyle = colourOf(svg, "--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, `${name}.png`));
}

/** What a colour of the page is now: the token itself names one for light and one for dark. */
function colourOf(near: Element, variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  near.parentElement?.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
