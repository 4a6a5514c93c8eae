export { matrix, permissionsOf, Role, roles } from "./roles.ts";
export { authenticateMember, authenticatePerson, notMember, type Person, type Principal } from "./sessions/authenticate-session.ts";
