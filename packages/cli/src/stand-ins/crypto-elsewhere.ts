const KEYS = "crypto.subtle.generateKey or crypto.subtle.importKey";
const CIPHER = "crypto.subtle.encrypt and decrypt, or a package such as @noble/ciphers";
const SIGN = "crypto.subtle.sign and verify, or a package such as @noble/curves";
const AGREE = "crypto.subtle.deriveBits, or a package such as @noble/curves";
const DERIVE = "crypto.subtle.deriveBits, or a package such as @noble/hashes";

/** What of Node's `crypto` is not in the sandbox, and what does the same there. */
export const ELSEWHERE: Record<string, string> = {
  ...{ createCipheriv: CIPHER, createDecipheriv: CIPHER, publicEncrypt: CIPHER, privateDecrypt: CIPHER },
  ...{ privateEncrypt: CIPHER, publicDecrypt: CIPHER },
  ...{ createSign: SIGN, createVerify: SIGN, sign: SIGN, verify: SIGN },
  ...{ createECDH: AGREE, createDiffieHellman: AGREE, diffieHellman: AGREE, getDiffieHellman: AGREE },
  ...{
    pbkdf2: DERIVE,
    pbkdf2Sync: DERIVE,
    scrypt: DERIVE,
    scryptSync: DERIVE,
    hkdf: DERIVE,
    hkdfSync: DERIVE,
  },
  ...{ generateKey: KEYS, generateKeySync: KEYS, generateKeyPair: KEYS, generateKeyPairSync: KEYS },
  ...{ createSecretKey: KEYS, createPrivateKey: KEYS, createPublicKey: KEYS },
};
