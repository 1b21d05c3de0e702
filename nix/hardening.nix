# How the service is run and what it may do: as in ../deploy/rookery.service, where the reasons stand.
# A test holds the two equal.
{
  Type = "notify";
  NotifyAccess = "main";
  WatchdogSec = 60;
  TimeoutStartSec = "5min";
  TimeoutStopSec = 30;
  KillMode = "mixed";
  Restart = "always";
  RestartSec = 2;
  DynamicUser = true;
  StateDirectory = "rookery";
  StateDirectoryMode = "0700";
  RuntimeDirectory = "rookery";
  RuntimeDirectoryMode = "0750";
  WorkingDirectory = "%S/rookery";
  UMask = "0077";
  OOMPolicy = "continue";
  LimitNOFILE = 65536;
  TasksMax = 4096;
  NoNewPrivileges = true;
  CapabilityBoundingSet = "";
  AmbientCapabilities = "";
  SecureBits = "noroot-locked";
  PrivateDevices = true;
  PrivateMounts = true;
  PrivateTmp = true;
  DevicePolicy = "closed";
  PrivateUsers = true;
  ProtectSystem = "strict";
  ProtectHome = true;
  ProtectProc = "invisible";
  ProtectClock = true;
  ProtectControlGroups = true;
  ProtectHostname = true;
  ProtectKernelLogs = true;
  ProtectKernelModules = true;
  ProtectKernelTunables = true;
  LockPersonality = true;
  RemoveIPC = true;
  KeyringMode = "private";
  RestrictRealtime = true;
  RestrictSUIDSGID = true;
  RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
  SystemCallArchitectures = "native";
  SystemCallErrorNumber = "EPERM";
  SystemCallFilter = [
    "@system-service"
    "~@privileged"
    "@mount capset"
  ];
}
