// The icons of the window, all of one set (Lucide, ISC licence).
import ArrowLeft from "@lucide/svelte/icons/arrow-left";
import ArrowRight from "@lucide/svelte/icons/arrow-right";
import Camera from "@lucide/svelte/icons/camera";
import ChevronUp from "@lucide/svelte/icons/chevron-up";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import Check from "@lucide/svelte/icons/check";
import ChevronDown from "@lucide/svelte/icons/chevron-down";
import ChevronRight from "@lucide/svelte/icons/chevron-right";
import Clipboard from "@lucide/svelte/icons/clipboard-paste";
import Clock from "@lucide/svelte/icons/clock";
import Copy from "@lucide/svelte/icons/copy";
import Ellipsis from "@lucide/svelte/icons/ellipsis";
import FileDown from "@lucide/svelte/icons/file-down";
import FileUp from "@lucide/svelte/icons/file-up";
import GripVertical from "@lucide/svelte/icons/grip-vertical";
import History from "@lucide/svelte/icons/history";
import House from "@lucide/svelte/icons/house";
import Image from "@lucide/svelte/icons/image";
import Info from "@lucide/svelte/icons/info";
import KeyRound from "@lucide/svelte/icons/key-round";
import LockOpen from "@lucide/svelte/icons/lock-open";
import Monitor from "@lucide/svelte/icons/monitor";
import Network from "@lucide/svelte/icons/network";
import Pause from "@lucide/svelte/icons/pause";
import Pencil from "@lucide/svelte/icons/pencil";
import Play from "@lucide/svelte/icons/play";
import Plus from "@lucide/svelte/icons/plus";
import QrCode from "@lucide/svelte/icons/qr-code";
import Redo from "@lucide/svelte/icons/redo-2";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import ScrollText from "@lucide/svelte/icons/scroll-text";
import Search from "@lucide/svelte/icons/search";
import Settings from "@lucide/svelte/icons/settings";
import Shield from "@lucide/svelte/icons/shield-check";
import TextCursor from "@lucide/svelte/icons/text-cursor-input";
import Trash from "@lucide/svelte/icons/trash-2";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Undo from "@lucide/svelte/icons/undo-2";
import Unplug from "@lucide/svelte/icons/unplug";
import Wifi from "@lucide/svelte/icons/wifi";
import Workflow from "@lucide/svelte/icons/route";
import X from "@lucide/svelte/icons/x";

export const ICONS = {
  back: ArrowLeft,
  then: ArrowRight,
  camera: Camera,
  check: Check,
  down: ChevronDown,
  next: ChevronRight,
  paste: Clipboard,
  clock: Clock,
  copy: Copy,
  more: Ellipsis,
  export: FileDown,
  file: FileUp,
  history: History,
  info: Info,
  key: KeyRound,
  picture: Image,
  screen: Monitor,
  pause: Pause,
  edit: Pencil,
  play: Play,
  add: Plus,
  qr: QrCode,
  restart: RotateCw,
  log: ScrollText,
  search: Search,
  settings: Settings,
  rename: TextCursor,
  remove: Trash,
  warning: TriangleAlert,
  undo: Undo,
  redo: Redo,
  away: Unplug,
  close: X,
  up: ChevronUp,
  unknown: CircleHelp,
  grip: GripVertical,
  home: House,
  open: LockOpen,
  network: Network,
  shield: Shield,
  wifi: Wifi,
  rules: Workflow,
};

export type IconName = keyof typeof ICONS;
