export { MailRequest } from "./mail-request.ts";
