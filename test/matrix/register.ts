/**
 * Registers a user on a homeserver whose registration is open, or asks for this token.
 *
 * @param token a registration token, where the homeserver wants one
 */
export async function register(
  homeserverUrl: string,
  username: string,
  token?: string,
): Promise<{ userId: string; accessToken: string }> {
  const post = (auth: object) =>
    fetch(`${homeserverUrl}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({ username, password: `the password of ${username}`, auth }),
    });
  let session = {};
  if (token !== undefined) {
    const stage = await post({ type: "m.login.registration_token", token });
    session = { session: ((await stage.json()) as { session: string }).session };
  }
  const answer = await post({ type: "m.login.dummy", ...session });
  if (!answer.ok) throw new Error(`${username} was not registered: ${await answer.text()}`);
  const { user_id, access_token } = (await answer.json()) as { user_id: string; access_token: string };
  return { userId: user_id, accessToken: access_token };
}
