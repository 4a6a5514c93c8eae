const megabyte = 1_024 * 1_024;

/** A number of bytes as a person says it in a message: `5 MB`, or `1,000 bytes`. */
export function sizeInWords(bytes: number): string {
  return bytes < megabyte ? `${bytes.toLocaleString("en")} bytes` : `${(bytes / megabyte).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}
