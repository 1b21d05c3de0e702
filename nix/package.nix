# Rookery from its own lock file: npm downloads nothing, each package of the lock is fetched by its hash.
{
  lib,
  buildNpmPackage,
  importNpmLock,
  nodejs_26,
  makeWrapper,
  yt-dlp,
  ffmpeg,
  bubblewrap,
  util-linux,
}:
let
  root = ../.;
  manifest = lib.importJSON ../package.json;
in
buildNpmPackage {
  pname = "rookery";
  inherit (manifest) version;
  src = lib.cleanSource root;

  nodejs = nodejs_26;
  npmDeps = importNpmLock { npmRoot = root; };
  npmConfigHook = importNpmLock.npmConfigHook;
  # No package's own script runs: none is needed, and some would download.
  npmFlags = [ "--ignore-scripts" ];
  nativeBuildInputs = [ makeWrapper ];

  # Not `npm run build`: npm puts the Node of the lock file first, which is made for other systems' loaders.
  buildPhase = ''
    runHook preBuild
    node scripts/build.ts
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    npm prune --omit=dev --ignore-scripts --offline
    rm -rf node_modules/.bin/node node_modules/node-linux-* node_modules/node-bin-* node_modules/.cache
    mkdir -p $out/lib/rookery
    cp -r package.json node_modules packages plugins web-ui docs $out/lib/rookery/
    makeWrapper ${lib.getExe nodejs_26} $out/bin/rookery \
      --add-flags $out/lib/rookery/packages/cli/bin/rookery.mjs \
      --prefix PATH : ${
        lib.makeBinPath [
          yt-dlp
          ffmpeg
          bubblewrap
          util-linux
        ]
      }
    runHook postInstall
  '';

  meta = {
    description = manifest.description;
    license = lib.licenses.mit;
    mainProgram = "rookery";
    platforms = lib.platforms.linux;
  };
}
