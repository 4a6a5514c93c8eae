import type { Device } from "./device.ts";

/** What says each kind of device of itself, in the order in which it is looked for: a tablet may say that it is a phone, and both what desktops say. */
const signs: readonly (readonly [Device, RegExp])[] = [
  // Android tells its phones from its tablets by the word Mobile.
  ["tablet", /\biPad\b|\bTablet\b|\bPlayBook\b|\bKindle\b|\bSilk\/(?!.*\bMobile\b)|\bAndroid\b(?!.*\b(?:Mobile|Opera Mini)\b)/],
  ["mobile", /\biPhone\b|\biPod\b|\bAndroid\b|\bMobile\b|\bWindows Phone\b|\bOpera Mini\b/],
  ["desktop", /\bWindows NT\b|\bMacintosh\b|\bX11\b|\bCrOS\b/],
];

/** Browsers say all kinds of things, and this first (RFC 9110, 10.1.5, has no word on it); programs give their own name. */
const browser = /^(?:Mozilla|Opera)\//;

/**
 * What somebody sits at, as far as their browser tells: a guess for statistics, nothing rests on it. `other` is a program, or nobody knows. An iPad
 * that asks for the desktop's pages calls itself a Mac, and is taken for one.
 * @param mobileHint the header `Sec-CH-UA-Mobile`, which browsers send that say little else (UA Client Hints); null without it
 */
export function deviceOf(userAgent: string | null, mobileHint: string | null = null): Device {
  const [device] = userAgent !== null && browser.test(userAgent) ? (signs.find(([, sign]) => sign.test(userAgent)) ?? []) : [];
  if (device === "tablet") return device;
  if (mobileHint === "?1") return "mobile";
  return device ?? "other";
}
