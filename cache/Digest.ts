// A digest: the branded lower-case hexadecimal SHA-256 of some bytes.
import { hash } from "node:crypto"

/** 64 lower-case hexadecimal characters: the SHA-256 of some bytes. */
export type Digest = string & { readonly Digest: unique symbol }

const pattern = /^[0-9a-f]{64}$/

/** Says whether a string has the form of a digest. */
export const is = (text: string): text is Digest => pattern.test(text)

/** The SHA-256 of bytes, or of the UTF-8 bytes of a string. */
export const of = (content: string | Uint8Array): Digest => hash("sha256", content, "hex") as Digest

/** The first 12 characters, enough for a person to tell digests apart. */
export const short = (digest: string): string => digest.slice(0, 12)
