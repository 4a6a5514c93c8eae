/** What an isolate remembers by name, and not too much of it: beyond `capacity` the oldest is forgotten. */
export class BoundedMap<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(name: string): T | undefined {
    return this.#entries.get(name);
  }

  /** Makes it the newest, also when it was there. */
  set(name: string, value: T): void {
    this.#entries.delete(name);
    const [oldest] = this.#entries.size < this.#capacity ? [] : this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(name, value);
  }

  delete(name: string): void {
    this.#entries.delete(name);
  }
}
