export { authenticateKey, type KeyPrincipal, MisplacedKey } from "./authenticate-key.ts";
export { generateKey } from "./generate-key.ts";
export { noteKeyUse } from "./note-key-use.ts";
export { getKey, listKeys } from "./queries.ts";
export { revokeKey } from "./revoke-key.ts";
export { rotateKey } from "./rotate-key.ts";
export { GeneratedKey, GenerateKeyInput, Key, KeyList, KeyPrefix, ListKeysQuery, longestLifeMs, RotateKeyInput, UpdateKeyInput } from "./schemas.ts";
export { findStandingKey, findStandingKeys } from "./standing-key.ts";
export { updateKey } from "./update-key.ts";
