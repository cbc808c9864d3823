// What a person has to decide, or to do, before saving can go on: a bar below the page's head, as long as that is so.

import { button, element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    putBack: ['把本页的排期存回服务器', "Put this page's schedule back"],
    takeOlder: ['采用服务器上的排期', "Take the server's"],
    tookOlder: ['采用服务器上的排期', "Took the server's schedule"],
    signIn: ['登录', 'Sign in'],
    reload: ['重新载入页面', 'Load the page again'],
    retry: ['重试', 'Try again'],
    giveUp: ['放弃这些修改', 'Give up these changes'],
    gaveUp: ['放弃未保存的修改', 'Gave up what was not saved'],
    kept: [
        (why) => `${why}。尚未保存的修改保留在此浏览器中。`,
        (why) => `${why}. What is not saved yet is kept in this browser.`],
    notKept: [
        (why) => `${why}。此浏览器无法保留尚未保存的修改，关闭页面会丢失。`,
        (why) => `${why}. This browser does not keep what is not saved yet: closing the page loses it.`],
});

const nothing = { text: '', buttons: [], isDenial: false };

// -> { node, update() }; to be updated when the state of the keeper has changed, or its document.
export function choiceBar(keeper) {
    const node = element('div', { class: 'choice-bar', role: 'alert', hidden: true });
    let shown = nothing;
    const update = () => {
        // Who is kept out stays so until another try has ended otherwise.
        if (shown.isDenial && ['saving', 'waiting'].includes(keeper.state.kind))
            return;
        const choice = choiceOf(keeper);
        if (choice.text === shown.text)
            return;
        shown = choice;
        node.hidden = choice === nothing;
        node.replaceChildren(...node.hidden ? [] : [element('p', {}, choice.text), ...choice.buttons]);
    };
    return { node, update };
}

function choiceOf(keeper) {
    const { failure } = keeper.state;
    if (failure?.slug === 'WENT_BACK')
        return versionChoice(keeper, failure);
    if (failure?.isDenial && (failure.slug !== 'NOT_ALLOWED' || keeper.isUnsaved))
        return denialChoice(keeper, failure);
    return nothing;
}

// Where the server has lost what this page still has, only a person knows which of the two is meant.
function versionChoice(keeper, { message }) {
    return {
        text: message,
        buttons: [
            button({ text: t('putBack'), class: 'primary' }, () => keeper.planPutBack()),
            button({ text: t('takeOlder') }, () => keeper.olderTake(t('tookOlder')))],
        isDenial: false,
    };
}

// Browsers that ask for a name and a password do so for another try; what else asks does it when a page is loaded.
function denialChoice(keeper, { slug, message, isAsked }) {
    const { isUnsaved, state } = keeper;
    const isReload = slug === 'SIGN_IN' && !isAsked;
    const text = t(isReload ? 'reload' : slug === 'SIGN_IN' ? 'signIn' : 'retry');
    return {
        text: isUnsaved ? t(state.isKept ? 'kept' : 'notKept', message) : message,
        buttons: [
            button({ text, class: 'primary' }, () => isReload ? keeper.pageReload() : keeper.refresh()),
            ...isUnsaved ? [button({ text: t('giveUp') }, () => keeper.editsGiveUp(t('gaveUp')))] : []],
        isDenial: true,
    };
}
