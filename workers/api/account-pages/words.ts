/** What a page says when the API refuses, by the code of the problem; a code that is not here is told in the API's own words. */
export type Refusals = Readonly<Record<string, string>>;

/** A page of one form: what it asks for, and what it says once that is done. */
export interface FormWords {
  readonly title: string;
  readonly says: string;
  readonly button: string;
  readonly done: { readonly heading: string; readonly says: string };
  readonly refusals: Refusals;
}

/** Everything that the pages say, in one language. */
export interface Words {
  readonly fields: {
    readonly code: string;
    readonly codeHint: string;
    readonly email: string;
    readonly name: string;
    readonly password: string;
    readonly newPassword: string;
    readonly passwordHint: string;
    readonly showPassword: string;
  };
  /** What is wrong with a value that the API calls invalid, by the name of its field. */
  readonly invalid: { readonly token: string; readonly email: string; readonly name: string; readonly password: string };
  /** Those that mean the same on every page. `{seconds}` is how long to wait. */
  readonly refusals: { readonly invalid: string; readonly rate_limited: string; readonly unreachable: string };
  readonly withoutScript: { readonly heading: string; readonly says: string; readonly where: string; readonly otherwise: string };
  readonly accept: Omit<FormWords, "button"> & {
    readonly look: string;
    readonly invitation: { readonly workspace: string; readonly role: string; readonly invitedBy: string; readonly email: string };
    readonly roles: { readonly admin: string; readonly manager: string; readonly qa: string; readonly dev: string };
    readonly register: { readonly heading: string; readonly button: string; readonly conflict: string };
    readonly signIn: { readonly heading: string; readonly button: string; readonly unauthenticated: string; readonly conflict: string };
    readonly withAccount: string;
    readonly next: { readonly terminal: string; readonly api: string };
  };
  readonly reset: FormWords;
  readonly verify: FormWords;
  readonly forgot: FormWords;
  readonly forgotLink: string;
}
