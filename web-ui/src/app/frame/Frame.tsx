import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { useLive } from "../../api/live/use-live.ts";
import { Rows } from "../../components/QueryView.tsx";
import { InstallProvider } from "../../features/plugins/install/Install.tsx";
import { texts } from "../../texts.ts";
import { ConnectionState } from "./ConnectionState.tsx";
import classes from "./Frame.module.css";
import { PageIsOld } from "./PageIsOld.tsx";
import { usePalette } from "./palette/use-palette.tsx";
import { SideBar } from "./SideBar.tsx";
import { TabBar } from "./TabBar.tsx";
import { UnsavedEdits } from "./UnsavedEdits.tsx";

/** What stays around every page: the side bar, or on a phone the bar at the bottom. */
export function Frame() {
  useFocusOnNavigation();
  useLive();
  const { open, palette } = usePalette();
  const wide = useRouterState({ select: (state) => state.location.pathname.startsWith("/playground") });
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip}>
        {texts.skip}
      </a>
      <SideBar onSearch={open} />
      <main id="content" className={classes.main} data-wide={wide} tabIndex={-1}>
        {/* The playground has a connection of its own and says itself when that is lost. */}
        {!wide && <ConnectionState />}
        <PageIsOld />
        <UnsavedEdits />
        <InstallProvider>
          <Suspense fallback={<Rows />}>
            <Outlet />
          </Suspense>
        </InstallProvider>
      </main>
      <TabBar onSearch={open} />
      {palette}
    </div>
  );
}

/** A new page is announced by moving the focus to its heading, as a full page load would. */
function useFocusOnNavigation() {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
      }),
    [router],
  );
}
