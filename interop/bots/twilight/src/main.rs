//! A twilight bot: one shard, one HTTP client.

use std::env;

use twilight_gateway::{ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt as _};
use twilight_http::{Client, request::channel::reaction::RequestReactionType};
use twilight_model::{
    channel::Message,
    http::interaction::{InteractionResponse, InteractionResponseType},
    gateway::payload::{incoming::GuildCreate, outgoing::RequestGuildMembers},
    id::{
        Id,
        marker::{MessageMarker, UserMarker},
    },
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let token = std::fs::read_to_string(env::var("GUILDHALL_TOKEN_FILE")?)?.trim().to_owned();
    let mut intents = Intents::GUILDS
        | Intents::GUILD_MESSAGES
        | Intents::GUILD_MESSAGE_REACTIONS
        | Intents::MESSAGE_CONTENT;
    if env::var("WALK_MEMBERS").is_ok() {
        intents |= Intents::GUILD_MEMBERS;
    }
    let api = env::var("GUILDHALL_API")?;
    let gateway = env::var("GUILDHALL_GATEWAY")?;

    // docs: begin
    // "127.0.0.1:4400", without scheme and path; the library puts /api/v10 behind it.
    let (scheme, host) = api.trim_end_matches("/api").split_once("://").ok_or("no URL")?;
    let http = Client::builder().token(token.clone()).proxy(host.to_owned(), scheme == "http").build();
    let config = ConfigBuilder::new(token, intents)
        .proxy_url(gateway.trim_end_matches('/').to_owned())
        .build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    // docs: end

    let mut bot = Bot { http, me: Id::new(1), last: Id::new(1), members: 0 };
    while let Some(item) = shard.next_event(EventTypeFlags::all()).await {
        match item {
            Ok(event) => {
                if let Err(error) = bot.hear(&shard, event).await {
                    println!("ERROR {error}");
                }
            }
            Err(error) => println!("ERROR {error}"),
        }
    }
    println!("STOPPED {:?}", shard.state());
    Ok(())
}

struct Bot {
    http: Client,
    me: Id<UserMarker>,
    last: Id<MessageMarker>,
    members: usize,
}

impl Bot {
    async fn hear(&mut self, shard: &Shard, event: Event) -> Result<(), Failure> {
        match event {
            Event::Ready(ready) => {
                self.me = ready.user.id;
                println!("READY {}", self.me);
            }
            Event::GuildCreate(guild) => {
                if let GuildCreate::Available(guild) = *guild {
                    println!("GUILD {} {} {}", guild.id, guild.name, guild.channels.len());
                }
            }
            Event::MessageCreate(message) if message.author.id == self.me => println!("OWN {}", message.content),
            Event::MessageCreate(message) => {
                println!("MESSAGE {}", message.content);
                self.answer(shard, &message).await?;
            }
            Event::MessageUpdate(message) => println!("EDITED {}", message.content),
            Event::MessageDelete(message) => println!("DELETED {}", message.id),
            Event::ReactionAdd(reaction) => {
                if let twilight_model::channel::message::EmojiReactionType::Unicode { name } = &reaction.emoji {
                    println!("REACTION {name} {}", reaction.user_id);
                }
            }
            Event::MemberChunk(chunk) => {
                self.members += chunk.members.len();
                if chunk.chunk_index == chunk.chunk_count - 1 {
                    println!("MEMBERS {}", self.members);
                }
            }
            Event::ThreadCreate(thread) => println!("THREAD {} {}", thread.id, thread.name.as_deref().unwrap_or_default()),
            Event::InteractionCreate(interaction) => {
                let client = self.http.interaction(interaction.application_id);
                let deferred = InteractionResponse {
                    kind: InteractionResponseType::DeferredChannelMessageWithSource,
                    data: None,
                };
                client.create_response(interaction.id, &interaction.token, &deferred).await?;
                client.update_response(&interaction.token).content(Some("walked")).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn answer(&mut self, shard: &Shard, message: &Message) -> Result<(), Failure> {
        let channel = message.channel_id;
        match message.content.as_str() {
            "!reply" => {
                let sent = self.http.create_message(channel).content("pong").reply(message.id).await?;
                self.last = sent.model().await?.id;
            }
            "!edit" => {
                self.http.update_message(channel, self.last).content(Some("pong, edited")).await?;
            }
            "!delete" => {
                self.http.delete_message(channel, self.last).await?;
            }
            "!react" => {
                let emoji = RequestReactionType::Unicode { name: "👍" };
                self.http.create_reaction(channel, message.id, &emoji).await?;
            }
            "!history" => {
                let found = self.http.channel_messages(channel).limit(2).await?.models().await?;
                let ids: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
                println!("HISTORY {}", ids.join(" "));
            }
            "!members" => {
                if let Some(guild) = message.guild_id {
                    shard.command(&RequestGuildMembers::builder(guild).query("", None));
                }
            }
            "!thread" => {
                let thread = self.http.create_thread_from_message(channel, message.id, "walk").await?;
                let thread = thread.model().await?;
                self.http.create_message(thread.id).content("in the thread").await?;
            }
            "!command" => {
                if let Some(guild) = message.guild_id {
                    let client = self.http.interaction(self.me.cast());
                    client.create_guild_command(guild).chat_input("walk", "answers later").await?;
                    println!("COMMAND walk");
                }
            }
            _ => {}
        }
        Ok(())
    }
}
