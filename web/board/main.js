// The page: its head with the views' names, the line that says how saving stands, and the view that is open. A view
// is a function of the keeper that gives { node, update(reason), close() }; it is made when it is opened.

import { currentView, onAddressChange, viewLink, viewOpen, views } from './address.js';
import { choiceBar } from './choice_bar.js';
import { momentShown } from './dates.js';
import { button, element, icon } from './dom.js';
import { historyView } from './history_view.js';
import { chooseLanguage, otherLanguage, setLanguage, texts } from './language.js';
import { mergeReport } from './merge_report.js';
import { failureNode, noticeShow, noticesNode } from './notices.js';
import { peopleView } from './people_view.js';
import { PlanKeeper } from './plan_keeper.js';
import { scheduleView } from './schedule_view.js';
import { settingsView } from './settings_view.js';
import { transferMenu } from './transfer_menu.js';

const t = texts({
    title: ['项目排期', 'Schedule'],
    skip: ['跳到内容', 'Skip to content'],
    views: ['视图', 'Views'],
    schedule: ['排期', 'Schedule'],
    people: ['人员', 'People'],
    history: ['历史', 'History'],
    settings: ['设置', 'Settings'],
    undo: ['撤销', 'Undo'],
    redo: ['重做', 'Redo'],
    undoWhat: [(what) => `撤销：${what}`, (what) => `Undo: ${what}`],
    redoWhat: [(what) => `重做：${what}`, (what) => `Redo: ${what}`],
    undone: [(what) => `已撤销：${what}`, (what) => `Undone: ${what}`],
    redone: [(what) => `已重做：${what}`, (what) => `Done again: ${what}`],
    inPart: [(done) => `${done}（他人此后修改的部分保持不变）`, (done) => `${done}, but for what others changed since`],
    otherLanguage: ['English', '中文'],
    loading: ['正在载入…', 'Loading…'],
    nothingSaved: ['尚未保存任何内容', 'Nothing saved yet'],
    saved: [(time) => `${time} 已保存`, (time) => `Saved ${time}`],
    merged: ['已与他人的修改合并', 'Merged with changes by others'],
    editing: ['有未保存的修改', 'Unsaved changes'],
    saving: ['正在保存…', 'Saving…'],
    waiting: ['服务器尚未应答，仍在等待', 'No answer from the server yet'],
    offline: ['离线，稍后自动重试', 'Offline, will retry'],
    notKept: [(what) => `${what}；关闭页面会丢失未保存的修改`, (what) => `${what}; closing the page loses what is not saved`],
    failed: [(why) => `保存失败，稍后自动重试：${why}`, (why) => `Not saved, will retry: ${why}`],
    notSaved: [(why) => `尚未保存：${why}`, (why) => `Not saved: ${why}`],
    notRenewed: [(why) => `无法更新：${why}`, (why) => `Not up to date: ${why}`],
    loadFailed: ['无法载入排期', 'The schedule cannot be loaded'],
    retry: ['立即重试', 'Try again now'],
    toHistory: ['查看历史版本', 'See earlier versions'],
});

const makers = { schedule: scheduleView, people: peopleView, history: historyView, settings: settingsView };
const viewIcons = { schedule: 'calendar', people: 'people', history: 'history', settings: 'settings' };

const keeper = new PlanKeeper();
let view = null; // { name, node, update, close }
let parts = null; // of the page that change: { state, nav, undo, redo, choice, main }

function pageBuild() {
    view?.close();
    view = null;
    document.title = t('title');
    parts = {
        state: element('button', { type: 'button', class: 'state', onclick: () => keeper.refresh() }),
        nav: element('nav', { class: 'views', 'aria-label': t('views') }, views.map(navLink)),
        undo: button({ icon: 'undo', label: t('undo'), class: 'quiet' }, undo),
        redo: button({ icon: 'redo', label: t('redo'), class: 'quiet' }, redo),
        choice: choiceBar(keeper),
        main: element('main', { id: 'content', tabindex: '-1' }),
    };
    const transfer = transferMenu(keeper);
    const switcher = button({ text: t('otherLanguage'), class: 'quiet', lang: otherLanguage() }, languageSwitch);
    document.body.replaceChildren(
        element('a', { class: 'skip', href: '#content' }, t('skip')),
        element('header', { class: 'page-head' },
            element('h1', {}, t('title')), parts.nav,
            element('div', { class: 'state-line', role: 'status' }, parts.state),
            element('div', { class: 'page-tools' }, parts.undo, parts.redo, transfer.button, transfer.menu, switcher)),
        parts.choice.node, mergeReport(keeper), parts.main, noticesNode());
    stateShow();
    viewShow('arrival');
}

function navLink(name) {
    return viewLink(name, {}, { dataset: { view: name } }, icon(viewIcons[name]), element('span', {}, t(name)));
}

// Opens the view that the address names, or lets the one that is open show what has changed.
function viewShow(reason) {
    const name = currentView();
    parts.nav.querySelector('[aria-current]')?.removeAttribute('aria-current');
    parts.nav.querySelector(`[data-view=${name}]`).setAttribute('aria-current', 'page');
    undoShow();
    // Backups can be looked at and restored even where there is nothing that could be shown.
    if (keeper.document === null && name !== 'history') {
        view?.close();
        view = null;
        parts.main.replaceChildren(nothingNode());
    } else if (view?.name === name) {
        view.update(reason);
    } else {
        view?.close();
        view = { name, ...makers[name](keeper) };
        parts.main.replaceChildren(view.node);
        view.update('open');
    }
}

function nothingNode() {
    const { failure } = keeper.state;
    if (!failure)
        return element('p', { class: 'placeholder' }, t('loading'));
    const toHistory = button({ text: t('toHistory') }, () => viewOpen('history'));
    return failureNode(failure, () => keeper.refresh(), toHistory);
}

function stateShow() {
    const { kind, failure } = keeper.state;
    parts.state.dataset.kind = kind;
    parts.state.title = [failure?.message, failure?.details, t('retry')].filter(Boolean).join('\n');
    parts.state.replaceChildren(element('span', {}, stateText(keeper.state)));
    parts.choice.update();
    undoShow();
}

function stateText(state) {
    const text = stateWords(state);
    return state.failure && keeper.isUnsaved && !state.isKept ? t('notKept', text) : text;
}

function stateWords({ kind, failure }) {
    switch (kind) {
    case 'saved':
        return keeper.revision === 0 ? t('nothingSaved') : t('saved', momentShown(keeper.revision));
    case 'failed':
        return keeper.document === null ? t('loadFailed') : t(failedName(failure), failure.message);
    default:
        return t(kind);
    }
}

function failedName({ isDenial }) {
    if (!isDenial)
        return 'failed';
    return keeper.isUnsaved ? 'notSaved' : 'notRenewed';
}

function undoShow() {
    for (const [name, what] of [['undo', keeper.undoName], ['redo', keeper.redoName]]) {
        const label = what === null ? t(name) : t(`${name}What`, what);
        parts[name].disabled = what === null;
        parts[name].setAttribute('aria-label', label);
        parts[name].title = label;
    }
}

function undo() {
    reversed(keeper.undo(), 'undone', { text: t('redo'), run: redo });
}

function redo() {
    reversed(keeper.redo(), 'redone', { text: t('undo'), run: undo });
}

function reversed(outcome, text, action) {
    if (outcome === null)
        return;
    const done = t(text, outcome.name);
    noticeShow(outcome.isWhole ? done : t('inPart', done), { action });
}

function languageSwitch() {
    setLanguage(otherLanguage());
    pageBuild();
    parts.main.focus();
}

// Texts have an undo of their own while they are typed, and a dialog is above the page.
function undoByKey(event) {
    const isOurs = (event.ctrlKey || event.metaKey) && !event.altKey &&
        !event.target.closest('input:not([type=checkbox], [type=color], [type=range]), textarea, dialog');
    const key = event.key.toLowerCase();
    if (!isOurs || (key !== 'z' && key !== 'y'))
        return;
    event.preventDefault();
    (key === 'y' || event.shiftKey ? redo : undo)();
}

chooseLanguage();
pageBuild();
document.addEventListener('keydown', undoByKey);
onAddressChange(() => viewShow('address'));
keeper.addEventListener('change', ({ detail }) => {
    viewShow(detail);
    parts.choice.update();
});
keeper.addEventListener('state', () => {
    stateShow();
    if (keeper.document === null)
        viewShow('state');
});
await keeper.start();
