import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = (args: string[]) => promisify(execFile)("openssl", args);

/** A server's key and certificate (PEM), and the file with the authority that a client has to trust for it. */
export interface TestCertificate {
  key: string;
  cert: string;
  caFile: string;
}

/** Makes an authority and a certificate of it for `hosts`, in `folder`, with the openssl program. */
export async function makeCertificate(folder: string, hosts: string[]): Promise<TestCertificate> {
  const file = (name: string) => join(folder, name);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const days = ["-days", "2"];
  await openssl([
    ...["req", "-x509", ...newKey, ...days, "-subj", "/CN=Rookery test authority"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
    ...["-keyout", file("ca.key"), "-out", file("ca.pem")],
  ]);
  await openssl([
    ...["req", "-x509", ...newKey, ...days, "-subj", `/CN=${hosts[0]}`],
    ...["-CA", file("ca.pem"), "-CAkey", file("ca.key")],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`],
    ...["-keyout", file("server.key"), "-out", file("server.pem")],
  ]);
  return {
    key: await readFile(file("server.key"), "utf8"),
    cert: await readFile(file("server.pem"), "utf8"),
    caFile: file("ca.pem"),
  };
}
