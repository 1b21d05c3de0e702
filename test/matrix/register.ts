/** Registers a user on a homeserver whose registration is open. */
export async function register(
  homeserverUrl: string,
  username: string,
): Promise<{ userId: string; accessToken: string }> {
  const answer = await fetch(`${homeserverUrl}/_matrix/client/v3/register`, {
    method: "POST",
    body: JSON.stringify({
      username,
      password: `the password of ${username}`,
      auth: { type: "m.login.dummy" },
    }),
  });
  if (!answer.ok) throw new Error(`${username} was not registered: ${await answer.text()}`);
  const { user_id, access_token } = (await answer.json()) as { user_id: string; access_token: string };
  return { userId: user_id, accessToken: access_token };
}
