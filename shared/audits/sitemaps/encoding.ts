/** Where an XML declaration ends at the latest, in bytes; also how much of a file `decoderFor` needs to see. */
export const declarationBytes = 256;

/** The decoder for a file that begins with these bytes: by byte order mark, else as its XML declaration says, else UTF-8. */
export function decoderFor(start: Uint8Array): TextDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder("utf-16be");
  const head = new TextDecoder("latin1").decode(start.subarray(0, declarationBytes));
  const declared = /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/i.exec(head)?.[1] ?? "utf-8";
  // A declaration that could be read byte by byte is not in UTF-16, whatever it says.
  if (/^utf-?16/i.test(declared)) return new TextDecoder();
  try {
    return new TextDecoder(declared);
  } catch {
    return new TextDecoder(); // a label that nobody knows
  }
}
