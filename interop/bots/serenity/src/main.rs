//! A serenity bot.

use std::env;
use std::sync::Mutex;

use serenity::all::{
    ChannelId, ChunkGuildFilter, ClientBuilder, Context, CreateCommand, CreateMessage, CreateThread,
    EditInteractionResponse, EditMessage, EventHandler, GatewayIntents, GetMessages, Guild, GuildChannel, GuildId,
    Interaction, GuildMembersChunkEvent, HttpBuilder, Message, MessageId,
    MessageUpdateEvent, Reaction, ReactionType, Ready,
};
use serenity::async_trait;

#[derive(Default)]
struct Bot {
    last: Mutex<Option<Message>>,
    members: Mutex<usize>,
}

impl Bot {
    async fn answer(&self, ctx: &Context, message: &Message) -> serenity::Result<()> {
        let last = self.last.lock().expect("the lock").clone();
        match (message.content.as_str(), last) {
            ("!reply", _) => {
                let reply = CreateMessage::new().content("pong").reference_message(message);
                let sent = message.channel_id.send_message(ctx, reply).await?;
                *self.last.lock().expect("the lock") = Some(sent);
            }
            ("!edit", Some(mut last)) => last.edit(ctx, EditMessage::new().content("pong, edited")).await?,
            ("!delete", Some(last)) => last.delete(ctx).await?,
            ("!react", _) => {
                message.react(ctx, ReactionType::Unicode("👍".to_owned())).await?;
            }
            ("!history", _) => {
                let found = message.channel_id.messages(ctx, GetMessages::new().limit(2)).await?;
                let ids: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
                println!("HISTORY {}", ids.join(" "));
            }
            ("!members", _) => {
                if let Some(guild) = message.guild_id {
                    ctx.shard.chunk_guild(guild, None, false, ChunkGuildFilter::None, None);
                }
            }
            ("!thread", _) => {
                let new = CreateThread::new("walk");
                let thread = message.channel_id.create_thread_from_message(ctx, message.id, new).await?;
                thread.id.say(ctx, "in the thread").await?;
            }
            ("!command", _) => {
                if let Some(guild) = message.guild_id {
                    let command = CreateCommand::new("walk").description("answers later");
                    guild.create_command(ctx, command).await?;
                    println!("COMMAND walk");
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, _: Context, ready: Ready) {
        println!("READY {}", ready.user.id);
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        println!("GUILD {} {} {}", guild.id, guild.name, guild.channels.len());
    }

    async fn message(&self, ctx: Context, message: Message) {
        let word = if message.author.bot { "OWN" } else { "MESSAGE" };
        println!("{word} {}", message.content);
        if let Err(error) = self.answer(&ctx, &message).await {
            println!("ERROR {error}");
        }
    }

    async fn message_update(
        &self,
        _: Context,
        _: Option<Message>,
        _: Option<Message>,
        event: MessageUpdateEvent,
    ) {
        println!("EDITED {}", event.content.unwrap_or_default());
    }

    async fn message_delete(&self, _: Context, _: ChannelId, id: MessageId, _: Option<GuildId>) {
        println!("DELETED {id}");
    }

    async fn reaction_add(&self, _: Context, reaction: Reaction) {
        println!("REACTION {} {}", reaction.emoji, reaction.user_id.unwrap_or_default());
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        println!("THREAD {} {}", thread.id, thread.name);
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let Interaction::Command(command) = interaction else { return };
        let walked = async {
            command.defer(&ctx).await?;
            command.edit_response(&ctx, EditInteractionResponse::new().content("walked")).await
        };
        if let Err(error) = walked.await {
            println!("ERROR {error}");
        }
    }

    async fn guild_members_chunk(&self, _: Context, chunk: GuildMembersChunkEvent) {
        let mut members = self.members.lock().expect("the lock");
        *members += chunk.members.len();
        if chunk.chunk_index + 1 == chunk.chunk_count {
            println!("MEMBERS {}", *members);
        }
    }
}

#[tokio::main]
async fn main() {
    let file = env::var("GUILDHALL_TOKEN_FILE").expect("a file with the token");
    let token = std::fs::read_to_string(file).expect("the token");
    let mut intents = GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::GUILD_MESSAGE_REACTIONS
        | GatewayIntents::MESSAGE_CONTENT;
    if env::var("WALK_MEMBERS").is_ok() {
        intents |= GatewayIntents::GUILD_MEMBERS;
    }
    let api = env::var("GUILDHALL_API").expect("the base of the API");

    // docs: begin
    // "http://127.0.0.1:4400", without path; the library puts /api/v10 behind it. Its own rate limiter knows of no proxy.
    let http = HttpBuilder::new(token.trim())
        .proxy(api.trim_end_matches("/api"))
        .ratelimiter_disabled(true)
        .build();
    let client = ClientBuilder::new_with_http(http, intents);
    // docs: end
    let mut client = client.event_handler(Bot::default()).await.expect("a client");
    match client.start().await {
        Ok(()) => println!("STOPPED"),
        Err(error) => println!("STOPPED {error}"),
    }
}
