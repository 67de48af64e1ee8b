import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Collectors;
import net.dv8tion.jda.api.JDABuilder;
import net.dv8tion.jda.api.entities.Message;
import net.dv8tion.jda.api.entities.emoji.Emoji;
import net.dv8tion.jda.api.events.channel.ChannelCreateEvent;
import net.dv8tion.jda.api.events.guild.GuildReadyEvent;
import net.dv8tion.jda.api.events.interaction.command.SlashCommandInteractionEvent;
import net.dv8tion.jda.api.events.message.MessageDeleteEvent;
import net.dv8tion.jda.api.events.message.MessageReceivedEvent;
import net.dv8tion.jda.api.events.message.MessageUpdateEvent;
import net.dv8tion.jda.api.events.message.react.MessageReactionAddEvent;
import net.dv8tion.jda.api.events.session.ReadyEvent;
import net.dv8tion.jda.api.events.session.ShutdownEvent;
import net.dv8tion.jda.api.hooks.ListenerAdapter;
import net.dv8tion.jda.api.requests.GatewayIntent;
import net.dv8tion.jda.api.requests.RestConfig;
import net.dv8tion.jda.api.utils.Compression;
import net.dv8tion.jda.api.utils.ConcurrentSessionController;

/** A JDA bot. */
public final class Bot extends ListenerAdapter {
    private volatile Message last;

    public static void main(String[] args) throws Exception {
        String token = Files.readString(Path.of(System.getenv("GUILDHALL_TOKEN_FILE"))).strip();
        EnumSet<GatewayIntent> intents = EnumSet.of(
                GatewayIntent.GUILD_MESSAGES, GatewayIntent.GUILD_MESSAGE_REACTIONS, GatewayIntent.MESSAGE_CONTENT);
        if (System.getenv("WALK_MEMBERS") != null) intents.add(GatewayIntent.GUILD_MEMBERS);
        Compression compression = Compression.valueOf(System.getenv().getOrDefault("WALK_COMPRESSION", "ZLIB"));
        // docs: begin
        String api = System.getenv("GUILDHALL_API");
        String gateway = System.getenv("GUILDHALL_GATEWAY");
        JDABuilder.createLight(token, intents)
                .setRestConfig(new RestConfig().setBaseUrl(api + "/v10/"))
                .setSessionController(new ConcurrentSessionController() {
                    @Override
                    public String getGateway() {
                        return gateway;
                    }
                })
                .setCompression(compression)
                .addEventListeners(new Bot())
                .build();
        // docs: end
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    @Override
    public void onReady(ReadyEvent event) {
        say("READY " + event.getJDA().getSelfUser().getId());
    }

    @Override
    public void onGuildReady(GuildReadyEvent event) {
        var guild = event.getGuild();
        say("GUILD " + guild.getId() + " " + guild.getName() + " " + guild.getChannels().size());
    }

    @Override
    public void onMessageReceived(MessageReceivedEvent event) {
        Message message = event.getMessage();
        boolean own = message.getAuthor().equals(event.getJDA().getSelfUser());
        // Whether the event or the answer to the request comes first, nobody knows.
        if (own) last = message;
        say((own ? "OWN " : "MESSAGE ") + message.getContentRaw());
        switch (message.getContentRaw()) {
            case "!reply" -> message.reply("pong").queue();
            case "!edit" -> last.editMessage("pong, edited").queue();
            case "!delete" -> last.delete().queue();
            case "!react" -> message.addReaction(Emoji.fromUnicode("👍")).queue();
            case "!history" -> message.getChannel().getHistory().retrievePast(2).queue(found -> say("HISTORY "
                    + found.stream().map(Message::getId).collect(Collectors.joining(" "))));
            case "!members" -> event.getGuild().loadMembers().onSuccess(found -> say("MEMBERS " + found.size()));
            case "!thread" -> message.createThreadChannel("walk")
                    .flatMap(thread -> thread.sendMessage("in the thread")).queue();
            case "!command" -> event.getGuild().upsertCommand("walk", "answers later")
                    .queue(command -> say("COMMAND walk"));
            default -> { }
        }
    }

    @Override
    public void onMessageUpdate(MessageUpdateEvent event) {
        say("EDITED " + event.getMessage().getContentRaw());
    }

    @Override
    public void onMessageDelete(MessageDeleteEvent event) {
        say("DELETED " + event.getMessageId());
    }

    @Override
    public void onMessageReactionAdd(MessageReactionAddEvent event) {
        say("REACTION " + event.getEmoji().getName() + " " + event.getUserId());
    }

    @Override
    public void onChannelCreate(ChannelCreateEvent event) {
        if (event.getChannelType().isThread()) say("THREAD " + event.getChannel().getId() + " " + event.getChannel().getName());
    }

    @Override
    public void onSlashCommandInteraction(SlashCommandInteractionEvent event) {
        event.deferReply().flatMap(hook -> hook.editOriginal("walked")).queue();
    }

    @Override
    public void onShutdown(ShutdownEvent event) {
        say("STOPPED " + event.getCloseCode());
    }
}
