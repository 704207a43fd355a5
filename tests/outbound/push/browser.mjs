// A browser as push services know it, with the cryptography of Node: makes keys, opens a message by RFC
// 8291, and checks its signature by RFC 8292.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const given = JSON.parse(readFileSync(0, 'utf8'));
const bytes = (text) => Buffer.from(text, 'base64url');
const told = (value) => process.stdout.write(JSON.stringify(value));

function makeKeys() {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const [p256dh, secret] = [pair.getPublicKey(), pair.getPrivateKey()];
  told({ p256dh: p256dh.toString('base64url'), secret: secret.toString('base64url'), auth: randomBytes(16).toString('base64url') });
}

function open({ keys, body, authorization }) {
  const message = bytes(body);
  const [salt, size, length] = [message.subarray(0, 16), message.readUInt32BE(16), message[20]];
  const [sender, record] = [message.subarray(21, 21 + length), message.subarray(21 + length)];
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(bytes(keys.secret));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), bytes(keys.p256dh), sender]);
  const input = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), bytes(keys.auth), info, 32));
  const derived = (name, count) => Buffer.from(hkdfSync('sha256', input, salt, Buffer.from(`Content-Encoding: ${name}\0`), count));
  const cipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
  cipher.setAuthTag(record.subarray(-16));
  const text = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  if (record.length > size || text.at(-1) !== 2) throw new Error('not the one record');

  const [, token, key] = /^vapid t=([^,]+), k=(\S+)$/.exec(authorization);
  const [head, claims, signature] = token.split('.');
  const point = bytes(key);
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const signer = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  told({
    message: JSON.parse(text.subarray(0, -1)),
    head: JSON.parse(bytes(head)),
    claims: JSON.parse(bytes(claims)),
    key,
    isSigned: verify('sha256', Buffer.from(`${head}.${claims}`), signer, bytes(signature)),
  });
}

given.body ? open(given) : makeKeys();
