import { randomBytes } from "node:crypto";

/** A new id: `req_` and 16 random letters, digits, - or _. Never the client's own: it goes into the log. */
export const newRequestId = (): string => `req_${randomBytes(12).toString("base64url")}`;
