import type { z } from "zod";
import {
  Account,
  type ChangeEmailInput,
  type ChangePasswordInput,
  MailPromised,
  Me,
  Membership,
  type Session,
  SessionList,
  type TokenInput,
  type UpdateMeInput,
} from "../shared/identity/index.ts";
import { type DeleteMeInput, PersonalData } from "../shared/privacy/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

/** Oneself. All but `getMe` is for people who signed in: an API key is refused with the code `forbidden`. */
export interface MyCalls {
  getMe(): Promise<Me>;
  updateMe(input: z.input<typeof UpdateMeInput>): Promise<Account>;
  /** Where one is signed in, newest first; asked for page by page while it is read. */
  listSessions(signal?: AbortSignal): AsyncGenerator<Session, void>;
  endSession(id: string): Promise<void>;
  /** Ends the session of this client. */
  signOut(): Promise<void>;
  /** Ends all of one's sessions, this one too. */
  signOutEverywhere(): Promise<void>;
  /** Ends all of one's other sessions. */
  changePassword(input: z.input<typeof ChangePasswordInput>): Promise<void>;
  /** Sends a link to the new address; nothing changes until that is opened. */
  changeEmail(input: z.input<typeof ChangeEmailInput>): Promise<MailPromised>;
  sendVerification(): Promise<MailPromised>;
  acceptInvitation(input: z.input<typeof TokenInput>): Promise<Membership>;
  /** Everything that is kept about oneself. */
  exportMe(signal?: AbortSignal): Promise<PersonalData>;
  /** Deletes one's account for good. Rejects with the code `conflict` while one is the last admin of a workspace. */
  deleteMe(input: z.input<typeof DeleteMeInput>): Promise<void>;
}

export function myCalls({ get, send, sendOnly }: Connection): MyCalls {
  return {
    getMe: () => get(Me, "/me"),
    updateMe: (input) => send(Account, "PATCH", "/me", input),
    listSessions: (signal) => everyItem((cursor) => get(SessionList, `/auth/sessions${queryOf({ limit: 100, cursor })}`, signal)),
    endSession: (id) => sendOnly("DELETE", pathOf`/auth/sessions/${id}`),
    signOut: () => sendOnly("POST", "/auth/logout"),
    signOutEverywhere: () => sendOnly("POST", "/auth/logout-all"),
    changePassword: (input) => sendOnly("POST", "/auth/change-password", input),
    changeEmail: (input) => send(MailPromised, "POST", "/auth/change-email", input),
    sendVerification: () => send(MailPromised, "POST", "/auth/send-verification"),
    acceptInvitation: (input) => send(Membership, "POST", "/auth/accept-invitation", input),
    exportMe: (signal) => get(PersonalData, "/me/export", signal),
    deleteMe: (input) => sendOnly("DELETE", "/me", input),
  };
}
