import { describe, expect, it } from "vitest";
import { deviceOf } from "../../../../shared/presence/device-of.ts";
import type { Device } from "../../../../shared/presence/index.ts";

const gecko = "AppleWebKit/537.36 (KHTML, like Gecko)";

const table: readonly (readonly [what: string, userAgent: string, Device])[] = [
  ["Chrome on Windows", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${gecko} Chrome/142.0.0.0 Safari/537.36`, "desktop"],
  ["Edge on Windows", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${gecko} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, "desktop"],
  ["Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "desktop"],
  ["Safari on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15", "desktop"],
  ["Chrome OS", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${gecko} Chrome/142.0.0.0 Safari/537.36`, "desktop"],
  ["Windows with a touch screen", `Mozilla/5.0 (Windows NT 10.0; Win64; x64; Touch) ${gecko} Chrome/142.0.0.0 Safari/537.36`, "desktop"],
  [
    "Safari on an iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "mobile",
  ],
  ["Chrome on an Android phone", `Mozilla/5.0 (Linux; Android 10; K) ${gecko} Chrome/142.0.0.0 Mobile Safari/537.36`, "mobile"],
  ["Firefox on an Android phone", "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "mobile"],
  ["Samsung's browser on a phone", `Mozilla/5.0 (Linux; Android 10; K) ${gecko} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, "mobile"],
  ["Opera Mini", "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16", "mobile"],
  ["Windows Phone", "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) Edge/15.15063 Mobile Safari/537.36", "mobile"],
  [
    "Safari on an iPad that asks for the phone's pages",
    "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "tablet",
  ],
  ["Chrome on an Android tablet", `Mozilla/5.0 (Linux; Android 10; K) ${gecko} Chrome/142.0.0.0 Safari/537.36`, "tablet"],
  ["Firefox on an Android tablet", "Mozilla/5.0 (Android 15; Tablet; rv:145.0) Gecko/145.0 Firefox/145.0", "tablet"],
  ["Silk on a Fire tablet", `Mozilla/5.0 (Linux; Android 11; KFTRWI) ${gecko} Silk/140.1 like Chrome/140.0 Safari/537.36`, "tablet"],
  ["curl", "curl/8.14.1", "other"],
  ["Node's fetch", "node", "other"],
  ["a script of Python", "Python/3.14 websockets/15.0", "other"],
  ["a phone's HTTP library", "okhttp/5.1.0 (Android; Mobile)", "other"],
  ["a browser that says nothing else", "Mozilla/5.0", "other"],
  ["an empty header", "", "other"],
];

describe("what somebody sits at", () => {
  it.each(table)("%s is read from its User-Agent", (_, userAgent, device) => {
    expect(deviceOf(userAgent)).toBe(device);
  });

  it("is not known without the header", () => {
    expect(deviceOf(null)).toBe("other");
  });

  it("is a phone when the browser hints so, unless it says that it is a tablet", () => {
    const desktop = `Mozilla/5.0 (X11; Linux x86_64) ${gecko} Chrome/142.0.0.0 Safari/537.36`;
    const tablet = `Mozilla/5.0 (Linux; Android 10; K; Tablet) ${gecko} Chrome/142.0.0.0 Mobile Safari/537.36`;
    expect([deviceOf(desktop, "?1"), deviceOf(desktop, "?0"), deviceOf(null, "?1"), deviceOf(tablet, "?1")]).toEqual(["mobile", "desktop", "mobile", "tablet"]);
  });
});
