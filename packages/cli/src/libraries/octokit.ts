import { definePlugin } from "@rookery/plugin-sdk";
import { Octokit } from "octokit";

export default definePlugin({
  async setup(bot) {
    const octokit = new Octokit({ auth: "secret", log: { debug() {}, info() {}, warn() {}, error() {} } });
    const { data, headers } = await octokit.request("GET /repos/{owner}/{repo}", {
      owner: "o",
      repo: "rook",
    });
    const issues = await octokit.paginate(octokit.rest.issues.listForRepo, { owner: "o", repo: "rook" });
    const created = await octokit.rest.issues.create({ owner: "o", repo: "rook", title: "Caw" });
    const missing = await octokit.rest.issues
      .get({ owner: "o", repo: "rook", issue_number: 404 })
      .catch((error: Error & { status?: number }) => `${error.status} ${error.message}`);
    const { viewer } = await octokit.graphql<{ viewer: { login: string } }>("{ viewer { login } }");
    bot.log.info(
      JSON.stringify({
        ...{ name: data.full_name, limit: headers["x-ratelimit-limit"], created: created.data.number },
        ...{ titles: issues.map(({ title }) => title), missing, login: viewer.login },
      }),
    );
  },
});
