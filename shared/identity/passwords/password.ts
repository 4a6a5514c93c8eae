import { Text } from "../../platform/index.ts";

/** A password as it arrives. `requireGoodPassword` says which may be chosen; whoever signs in may send any, so that one chosen under older rules still works. */
export const Password = Text(1_024).min(1).describe("Capital letters, spaces and signs count");
