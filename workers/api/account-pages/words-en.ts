import type { Words } from "./words.ts";

export const english: Words = {
  fields: {
    code: "Code",
    codeHint: "It is in the e-mail, below the button. The whole link will do as well.",
    email: "E-mail address",
    name: "Your name",
    password: "Password",
    newPassword: "New password",
    passwordHint: "At least 12 characters. A few words that have nothing to do with each other are easy to remember.",
    showPassword: "Show the password",
  },
  invalid: {
    token: "This is not the code of an e-mail. Copy it again.",
    email: "This is not an e-mail address.",
    name: "Enter a name of 1 to 100 characters, on one line.",
    password:
      "This password will not do. It needs 12 to 256 characters, and must not be among the first that somebody would guess, such as a common one or your name.",
  },
  refusals: {
    invalid: "Something is not right yet. See what it says beside the fields.",
    rate_limited: "That was too often in a short time. Wait {seconds} seconds, then try again.",
    unreachable: "Mentha cannot be reached. See whether you are online, then try again.",
  },
  withoutScript: {
    heading: "Without JavaScript",
    says: "This page needs JavaScript, which is turned off here. Turn it on and open the link once more, or do the same in a terminal:",
    where: "CODE stands for the code in the e-mail, which is what follows #token= in its link.",
    otherwise: "If you have an account already, sign in, then accept with the accessToken of the answer:",
  },
  accept: {
    title: "Accept the invitation",
    says: "Enter the code of the e-mail that invited you.",
    look: "Look at the invitation",
    invitation: { workspace: "Workspace", role: "Your role", invitedBy: "Invited by", email: "E-mail address" },
    roles: { admin: "admin", manager: "manager", qa: "QA", dev: "developer" },
    register: {
      heading: "Make your account",
      button: "Make the account and join",
      conflict: "There is an account with this address by now. Enter its password to join.",
    },
    signIn: {
      heading: "Sign in to join",
      button: "Sign in and join",
      unauthenticated: "The password is not right.",
      conflict: "You are a member of this workspace already. There is nothing more to do.",
    },
    withAccount: "You have an account with this address. Its password is all that is needed.",
    next: { terminal: "Sign in on your computer:", api: "See what the API can do:" },
    done: { heading: "You are in", says: "You are a member of the workspace now. Nothing was kept in this browser." },
    refusals: {
      gone: "This invitation cannot be used (any more): it was accepted or taken back, it is too old, or the code is not complete. If it was you who accepted it, sign in; otherwise ask whoever invited you to send it again.",
    },
  },
  reset: {
    title: "Set a new password",
    says: "You are signed out everywhere when the new password is set.",
    button: "Set the password",
    done: { heading: "The password is changed", says: "Sign in with the new password from now on:" },
    refusals: { gone: "This link cannot be used (any more): it was used, a newer one took its place, it is too old, or the code is not complete." },
  },
  verify: {
    title: "Confirm your e-mail address",
    says: "Press the button to confirm that you read the mailbox this link was sent to.",
    button: "Confirm the address",
    done: { heading: "The address is proven", says: "You can close this page." },
    refusals: {
      gone: "This link cannot be used (any more): it was used, a newer one took its place, it is too old, or the code is not complete. Ask for another one while you are signed in.",
      conflict: "Another account has this address by now, so that it cannot be yours.",
    },
  },
  forgot: {
    title: "Forgot the password?",
    says: "Enter the e-mail address of your account. We send you a link to set a new password.",
    button: "Send the link",
    done: {
      heading: "See your mailbox",
      says: "If somebody here has this address, an e-mail with a link to set a new password is on its way. The link works once, for 30 minutes.",
    },
    refusals: { conflict: "This installation cannot send e-mail. Ask the people who run it." },
  },
  forgotLink: "Ask for a new link",
};
