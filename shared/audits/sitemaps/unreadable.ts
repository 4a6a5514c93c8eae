/** Ends the reading of a sitemap; the message is the problem that its owner reads. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
