import { AppError, type ErrorCode } from "../errors.ts";

/** One answer that pointed elsewhere. */
export interface Hop {
  readonly url: string;
  readonly status: number;
  /** Absolute address it pointed to, without a fragment; null when its `Location` is not an address. */
  readonly location: string | null;
}

/** Why an exchange with another server failed, and the redirects that had led there. */
export class EgressError extends AppError {
  readonly hops: readonly Hop[];

  constructor(code: ErrorCode, message: string, hops: readonly Hop[], cause?: unknown) {
    super(code, message, { cause });
    this.hops = hops;
  }
}
